import { Drawer, Tabs } from '@mantine/core';
import { ClockControls } from './clock-controls.tsx';
import { FaultControls } from './fault-controls.tsx';
import { Inbox } from './inbox.tsx';
import { RequestLog } from './request-log.tsx';

/** The sandbox's own controls: what no HubSpot has. */
export const SandboxDrawer = ({ opened, close }: { opened: boolean; close: () => void }) => (
  <Drawer
    opened={opened}
    onClose={close}
    position="right"
    size="lg"
    title="Sandbox"
    closeButtonProps={{ 'aria-label': 'Close' }}
    classNames={{ title: 'overlay-title' }}
  >
    <Tabs defaultValue="clock" keepMounted={false}>
      <Tabs.List>
        <Tabs.Tab value="clock">Clock</Tabs.Tab>
        <Tabs.Tab value="faults">Faults</Tabs.Tab>
        <Tabs.Tab value="inbox">My tasks</Tabs.Tab>
        <Tabs.Tab value="log">Request log</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="clock" pt="md">
        <ClockControls />
      </Tabs.Panel>
      <Tabs.Panel value="faults" pt="md">
        <FaultControls />
      </Tabs.Panel>
      <Tabs.Panel value="inbox" pt="md">
        <Inbox leave={close} />
      </Tabs.Panel>
      <Tabs.Panel value="log" pt="md">
        <RequestLog />
      </Tabs.Panel>
    </Tabs>
  </Drawer>
);
