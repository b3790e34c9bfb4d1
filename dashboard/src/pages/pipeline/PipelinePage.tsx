import { Loading, PageHeader } from "../../ui/states";

export default function PipelinePage() {
  return (
    <div className="page">
      <PageHeader title="Pipeline" />
      <Loading />
    </div>
  );
}
