import { Alert, Button, Select, TextArea, ToggleGroup } from '@hubspot/ui-extensions';
import { createRenderer } from '@hubspot/ui-extensions/testing';
import { useState } from 'react';
import { AnswerCard } from '../../extensions/src/app/cards/answer/AnswerCard.tsx';
import type { Width } from '../../extensions/src/app/cards/answer/ReasonChoice.tsx';
import { BASE_URL, settle } from './hubspot.ts';

type Opening = {
  readonly width?: Width;
  readonly objectId?: number;
  readonly variables?: Record<string, unknown>;
};

/** Opens the card on a contact and gives what a rep can see and do. */
export async function openCard({ width = 'wide', objectId = 51, variables }: Opening = {}) {
  const renderer = createRenderer(width === 'wide' ? 'crm.record.tab' : 'crm.record.sidebar');
  const alerts: string[] = [];
  let refreshes = 0;
  const listeners: (() => void)[] = [];
  let show: (shown: { readonly objectId: number } | null) => void = () => undefined;

  /** The record page: it can go on to another record, or be left. */
  function RecordPage() {
    const [shown, setShown] = useState<{ readonly objectId: number } | null>({ objectId });
    show = setShown;
    if (shown === null) return null;
    return (
      <AnswerCard
        context={{
          crm: { objectId: shown.objectId, objectTypeId: '0-1' },
          portal: { timezone: 'Europe/Berlin' },
          variables: variables ?? { API_BASE_URL: BASE_URL },
        }}
        actions={{
          onCrmPropertiesUpdate: (properties, callback) => {
            if (properties.includes('mqlr_status')) listeners.push(() => callback({}));
          },
          addAlert: ({ message }) => void alerts.push(message),
          refreshObjectProperties: () => void (refreshes += 1),
        }}
        width={width}
      />
    );
  }

  renderer.render(<RecordPage />);
  await settle();

  const button = (label: string) => renderer.find(Button, (node) => node.text === label);
  return {
    find: renderer.find,
    maybeFind: renderer.maybeFind,
    alerts,
    refreshes: () => refreshes,
    /** All words on the card. */
    text: () => renderer.getRootNode().toString(),
    buttons: () => renderer.findAll(Button).map((node) => node.text),
    button,
    alertTitles: () => renderer.findAll(Alert).map((node) => node.props.title),
    press: async (label: string) => {
      const found = button(label);
      // A browser does not let a disabled button be pressed.
      if (found.props.disabled === true) throw new Error(`${label} is disabled.`);
      found.trigger('onClick');
      await settle();
    },
    choose: async (code: string) => {
      // The SDK types the event's argument as the handler itself.
      if (width === 'wide') renderer.find(ToggleGroup).trigger('onChange', code as never);
      else renderer.find(Select).trigger('onChange', code as never);
      await settle();
    },
    type: async (name: 'note' | 'undo-reason', words: string) => {
      renderer.find(TextArea, { name }).trigger('onInput', words as never);
      await settle();
    },
    /** Somebody or something else has changed our status property on the record. */
    statusChanges: async () => {
      for (const listener of listeners) listener();
      await settle();
    },
    goTo: async (next: number) => {
      show({ objectId: next });
      await settle();
    },
    leave: async () => {
      show(null);
      await settle();
    },
  };
}
