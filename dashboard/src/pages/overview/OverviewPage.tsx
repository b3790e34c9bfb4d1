import { Loading, PageHeader } from "../../ui/states";

export default function OverviewPage() {
  return (
    <div className="page">
      <PageHeader title="Overview" />
      <Loading />
    </div>
  );
}
