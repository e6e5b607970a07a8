import { Button } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { PageError } from '../crm.ts';

type Props = {
  readonly title: string;
  /** What the button says. */
  readonly action: string;
  readonly isGrave?: boolean;
  readonly run: () => Promise<void>;
  readonly cancel?: () => void;
  readonly children?: ReactNode;
};

/** Something that a person is about to do: its fields, the button, a way out, and in words why it was refused. */
export const ActForm = ({ title, action, isGrave = false, run, cancel, children }: Props) => {
  const [problem, setProblem] = useState<string>();
  const [running, setRunning] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setRunning(true);
    setProblem(undefined);
    try {
      await run();
    } catch (error) {
      if (!(error instanceof PageError)) throw error;
      setProblem(error.sentence);
    } finally {
      setRunning(false);
    }
  };
  return (
    <form
      className="panel property-editor"
      aria-label={title}
      onSubmit={(event) => void submit(event)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') cancel?.();
      }}
    >
      <h2>{title}</h2>
      {children}
      {problem && (
        <p className="text-danger breakable" role="alert">
          {problem}
        </p>
      )}
      <div className="ext-button-row">
        <Button size="xs" type="submit" loading={running} {...(isGrave && { color: 'red.9' })}>
          {action}
        </Button>
        {cancel && (
          <Button size="xs" variant="default" onClick={cancel}>
            Cancel
          </Button>
        )}
      </div>
    </form>
  );
};
