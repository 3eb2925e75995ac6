import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./inter.css";
import "./console.css";
