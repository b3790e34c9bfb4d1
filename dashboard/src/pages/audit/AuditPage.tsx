import { Loading, PageHeader } from "../../ui/states";

export default function AuditPage() {
  return (
    <div className="page">
      <PageHeader title="Audit" />
      <Loading />
    </div>
  );
}
