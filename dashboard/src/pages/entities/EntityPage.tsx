import { Loading, PageHeader } from "../../ui/states";

export default function EntityPage() {
  return (
    <div className="page">
      <PageHeader title="Entity" />
      <Loading />
    </div>
  );
}
