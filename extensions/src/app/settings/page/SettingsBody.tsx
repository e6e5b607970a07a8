import { Alert, Button, Flex, LoadingSpinner, Tab, Tabs, Text } from '@hubspot/ui-extensions';
import { Definitions } from './Definitions.tsx';
import { FollowUp } from './FollowUp.tsx';
import { Guard } from './Guard.tsx';
import { HandOff } from './HandOff.tsx';
import { History } from './History.tsx';
import { Reasons } from './Reasons.tsx';
import { ReEntry } from './ReEntry.tsx';
import { Roles } from './Roles.tsx';
import { Routing } from './Routing.tsx';
import { Sla } from './Sla.tsx';
import { useSettings, type HostActions, type Page } from './useSettings.ts';
import { WORDS } from './words.ts';

type Props = {
  readonly context: {
    readonly portal: { readonly timezone: string };
    readonly variables?: Readonly<Record<string, unknown>>;
  };
  readonly actions: HostActions;
};

/** The settings of the portal, a section at a time. */
export function SettingsBody({ context, actions }: Props) {
  const { load, reload, page } = useSettings(
    context.variables?.['API_BASE_URL'],
    context.portal.timezone,
    actions,
  );
  if (load.kind === 'failed')
    return (
      <Alert title={WORDS.notLoaded} variant="warning">
        <Flex direction="column" gap="sm" align="start">
          <Text>{load.sentence}</Text>
          {load.retry && <Button onClick={reload}>{WORDS.tryAgain}</Button>}
        </Flex>
      </Alert>
    );
  if (page === null) return <LoadingSpinner label={WORDS.loading} showLabel layout="centered" />;
  return (
    <Flex direction="column" gap="md">
      <WhoMay page={page} />
      <Text variant="microcopy">{page.view.saved ?? WORDS.neverSaved}</Text>
      <Tabs variant="enclosed">
        <Tab tabId="reasons" title="Reasons">
          <Reasons key={page.seedOf('reasons')} page={page} />
        </Tab>
        <Tab tabId="routing" title="Routing and tracks">
          <Routing key={page.seedOf('routing')} page={page} />
        </Tab>
        <Tab tabId="gate" title="Re-entry">
          <ReEntry key={page.seedOf('gate')} page={page} />
        </Tab>
        <Tab tabId="guard" title="Guard">
          <Guard key={page.seedOf('guard')} page={page} />
        </Tab>
        <Tab tabId="handOff" title="Hand-off">
          <HandOff key={page.seedOf('handOff')} page={page} />
        </Tab>
        <Tab tabId="followUp" title="Follow-up">
          <FollowUp key={page.seedOf('followUp')} page={page} />
        </Tab>
        <Tab tabId="sla" title="SLA and hours">
          <Sla key={page.seedOf('sla')} page={page} />
        </Tab>
        <Tab tabId="definitions" title="Definitions">
          <Definitions page={page} />
        </Tab>
        <Tab tabId="roles" title="Roles">
          <Roles key={page.seedOf('roles')} page={page} />
        </Tab>
        <Tab tabId="history" title="History">
          <History page={page} />
        </Tab>
      </Tabs>
    </Flex>
  );
}

function WhoMay({ page }: { readonly page: Page }) {
  const { claims, save } = page.view.may;
  if (claims)
    return (
      <Alert title={WORDS.noAdmin} variant="info">
        {WORDS.claims}
      </Alert>
    );
  if (save.allowed) return null;
  return (
    <Alert title={WORDS.readOnly} variant="info">
      {save.why}
    </Alert>
  );
}
