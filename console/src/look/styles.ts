import "./mantine.css";
import "./inter.css";
import "./console.css";
