import "./look/styles.ts";
import { MantineProvider } from "@mantine/core";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { cssVariables, theme } from "./look/theme.ts";
import { InterruptionBar } from "./late/interruption-bar.tsx";
import { showBeforeStyles } from "./late/late-styles.ts";

showBeforeStyles();

/** The one that the control plane allows styles to be added with, see index.html. */
const nonce = document.querySelector<HTMLMetaElement>("meta[name=style-nonce]")?.content ?? "";
// Dialogs keep the page behind them from scrolling with a style element, whose library looks for the nonce under this name.
Object.assign(globalThis, { __webpack_nonce__: nonce });

const root = document.getElementById("root");
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto" getStyleNonce={() => nonce}>
        <App />
        <InterruptionBar />
      </MantineProvider>
    </StrictMode>,
  );
