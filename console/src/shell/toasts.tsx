import "@mantine/notifications/styles.layer.css";
import { Notifications } from "@mantine/notifications";

/** What happened to what somebody ordered. */
export const Toasts = () => <Notifications position="bottom-right" limit={4} />;
