import "./mantine.css";
import "@mantine/notifications/styles.layer.css";
import "./inter.css";
import "./console.css";
