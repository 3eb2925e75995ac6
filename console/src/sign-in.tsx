import { Alert, Button, Card, Center, Code, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { createClient } from "@drover/proto/rest";
import { type SubmitEvent, useState } from "react";
import { optionsFor } from "./api/api.ts";

interface SignInProps {
  /** Why one has to sign in again. */
  readonly notice: string | undefined;
  readonly onToken: (token: string) => void;
}

export function SignIn({ notice, onToken }: SignInProps) {
  const [text, setText] = useState("");
  const [state, setState] = useState<{ readonly kind: "idle" | "asking" } | { readonly kind: "refused"; readonly why: string }>({
    kind: "idle",
  });

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const token = text.trim();
    if (token === "") return setState({ kind: "refused", why: "paste a token first" });
    setState({ kind: "asking" });
    try {
      await createClient(optionsFor(token))("whoAmI");
      onToken(token);
    } catch (error) {
      setState({ kind: "refused", why: (error as Error).message });
    }
  };

  return (
    <Center component="main" mih="100vh" p="md">
      <Card withBorder w="100%" maw={420} p="xl">
        <form onSubmit={(event) => void submit(event)}>
          <Stack>
            <Title order={1} size="h2">
              Drover
            </Title>
            {notice !== undefined && <Alert color="yellow">{notice}</Alert>}
            <PasswordInput
              label="API token"
              description="Kept in this tab only."
              autoComplete="off"
              autoFocus
              value={text}
              error={state.kind === "refused" && state.why}
              onChange={(event) => setText(event.currentTarget.value)}
            />
            <Button type="submit" loading={state.kind === "asking"}>
              Sign in
            </Button>
            <Text size="sm" c="dimmed">
              The first administrator's token is the file that the server names at its start. Make others with{" "}
              <Code>./drover token create</Code>; role viewer is enough for this page.
            </Text>
          </Stack>
        </form>
      </Card>
    </Center>
  );
}
