import type { FormProps } from '@hubspot/ui-extensions';
import { createContext, type FormEvent, useContext, useEffect, useRef } from 'react';
import { reactionsOf, toExtensionEvent, useSurface } from '../extension/surface-context.ts';

type Field = { readonly value: () => unknown; readonly commit: () => void };

const FormContext = createContext<Map<string, Field> | null>(null);

/** Takes part in the enclosing form: gives its value, and commits what is still being typed when it is sent. */
export const useFormField = (
  name: string | undefined,
  value: unknown,
  commit = (): void => undefined,
): void => {
  const fields = useContext(FormContext);
  const latest = useRef({ value, commit });
  latest.current = { value, commit };
  useEffect(() => {
    if (!fields || !name) return undefined;
    fields.set(name, { value: () => latest.current.value, commit: () => latest.current.commit() });
    return () => void fields.delete(name);
  }, [fields, name]);
};

export const Form = ({ onSubmit, autoComplete, children }: FormProps) => {
  const surface = useSurface();
  const fields = useRef(new Map<string, Field>());
  const submitted = (event: FormEvent): void => {
    event.preventDefault();
    const targetValue: Record<string, string | number> = {};
    for (const [name, field] of fields.current) {
      field.commit();
      targetValue[name] = field.value() as string | number;
    }
    void onSubmit?.({ ...toExtensionEvent(event), targetValue }, reactionsOf(surface));
  };
  return (
    <FormContext.Provider value={fields.current}>
      <form onSubmit={submitted} autoComplete={autoComplete} noValidate className="ext-form">
        {children}
      </form>
    </FormContext.Provider>
  );
};
