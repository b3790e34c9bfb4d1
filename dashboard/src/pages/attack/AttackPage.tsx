import { Loading, PageHeader } from "../../ui/states";

export default function AttackPage() {
  return (
    <div className="page">
      <PageHeader title="Attack" />
      <Loading />
    </div>
  );
}
