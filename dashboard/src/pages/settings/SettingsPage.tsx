import { Loading, PageHeader } from "../../ui/states";

export default function SettingsPage() {
  return (
    <div className="page">
      <PageHeader title="Settings" />
      <Loading />
    </div>
  );
}
