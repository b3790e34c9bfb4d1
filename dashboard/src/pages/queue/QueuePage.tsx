import { Loading, PageHeader } from "../../ui/states";

export default function QueuePage() {
  return (
    <div className="page">
      <PageHeader title="Queue" />
      <Loading />
    </div>
  );
}
