import { Loading, PageHeader } from "../../ui/states";

export default function ApprovalsPage() {
  return (
    <div className="page">
      <PageHeader title="Approvals" />
      <Loading />
    </div>
  );
}
