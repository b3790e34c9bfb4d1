import { Loading, PageHeader } from "../../ui/states";

export default function IncidentPage() {
  return (
    <div className="page">
      <PageHeader title="Incident" />
      <Loading />
    </div>
  );
}
