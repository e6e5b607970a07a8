import type {
  BaseButtonProps,
  ButtonProps,
  ButtonRowProps,
  DropdownButtonItemProps,
  DropdownProps,
  LoadingButtonProps,
} from '@hubspot/ui-extensions';
import { Button as MantineButton, Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { type MouseEvent, type ReactNode, useEffect, useRef } from 'react';
import { reactionsOf, toExtensionEvent, useSurface } from '../extension/surface-context.ts';
import { Icon } from './icon.tsx';
import { OverlaySlot, useOverlaySlot } from './overlays.tsx';
import { stepOf } from './sizes.ts';
import { ExternalMark, isExternal, urlOf } from './text.tsx';

const LOOKS = {
  primary: { variant: 'filled' },
  secondary: { variant: 'default' },
  destructive: { variant: 'filled', color: 'red.9' },
  transparent: { variant: 'subtle' },
} as const;

const SIZES = { xs: 'compact-sm', sm: 'xs', md: 'sm', lg: 'sm', xl: 'sm' } as const;

const looksOf = ({
  variant = 'secondary',
  size,
  truncate,
}: Pick<BaseButtonProps, 'variant' | 'size' | 'truncate'>) => ({
  ...LOOKS[variant],
  size: SIZES[stepOf(size, 'md')],
  // A long label wraps instead of leaving a narrow sidebar.
  classNames: truncate ? {} : { root: 'wrapping-button', label: 'wrapping-label' },
});

export const Button = ({
  onClick,
  href,
  disabled,
  type = 'button',
  overlay,
  children,
  ...look
}: ButtonProps) => {
  const surface = useSurface();
  const slot = useOverlaySlot();
  const clicked = (event: MouseEvent): void => {
    if (overlay) slot.open();
    void onClick?.(toExtensionEvent(event), reactionsOf(surface));
  };
  const external = isExternal(href);
  return (
    <>
      {href && !disabled ? (
        <MantineButton
          component="a"
          href={urlOf(href)}
          onClick={clicked}
          {...(external && { target: '_blank', rel: 'noopener noreferrer' })}
          {...looksOf(look)}
        >
          {children}
          {external && <ExternalMark />}
        </MantineButton>
      ) : (
        <MantineButton type={type} disabled={disabled ?? false} onClick={clicked} {...looksOf(look)}>
          {children}
        </MantineButton>
      )}
      <OverlaySlot slot={slot}>{overlay}</OverlaySlot>
    </>
  );
};

export const LoadingButton = ({
  loading = false,
  disabled,
  type = 'button',
  onClick,
  overlay,
  overlayOptions,
  resultIconName,
  children,
  ...look
}: LoadingButtonProps) => {
  const surface = useSurface();
  const slot = useOverlaySlot();
  const wasLoading = useRef(loading);
  const opensLater = overlayOptions?.openBehavior === 'onLoadingFinish';
  useEffect(() => {
    if (wasLoading.current && !loading && opensLater) slot.open();
    wasLoading.current = loading;
  });
  const clicked = (event: MouseEvent): void => {
    if (overlay && !opensLater) slot.open();
    void onClick?.(toExtensionEvent(event), reactionsOf(surface));
  };
  return (
    <>
      <MantineButton
        type={type}
        // Not Mantine's `loading`: it hides the words, and a spinner without words is no state.
        disabled={disabled || loading}
        aria-busy={loading}
        onClick={clicked}
        leftSection={
          loading ? (
            <span className="mini-spinner" aria-hidden />
          ) : (
            resultIconName && <Icon name={resultIconName} />
          )
        }
        {...looksOf(look)}
      >
        {children}
      </MantineButton>
      <OverlaySlot slot={slot}>{overlay}</OverlaySlot>
    </>
  );
};

export const ButtonRow = ({ children }: ButtonRowProps) => <div className="ext-button-row">{children}</div>;

export const Dropdown = ({
  options,
  variant = 'secondary',
  buttonText = 'More',
  buttonSize,
  disabled,
  children,
}: DropdownProps) => (
  <Menu shadow="md" position="bottom-start">
    <Menu.Target>
      <MantineButton
        {...looksOf({ variant, ...(buttonSize && { size: buttonSize }) })}
        disabled={disabled ?? false}
        rightSection={<IconChevronDown size={14} aria-hidden />}
      >
        {buttonText}
      </MantineButton>
    </Menu.Target>
    <Menu.Dropdown>
      {options?.map(({ label, onClick }) => (
        <Menu.Item key={label} onClick={() => onClick?.()}>
          {label}
        </Menu.Item>
      ))}
      {children}
    </Menu.Dropdown>
  </Menu>
);

export const DropdownButtonItem = ({ onClick, overlay, children }: DropdownButtonItemProps) => {
  const surface = useSurface();
  const slot = useOverlaySlot();
  return (
    <>
      <Menu.Item
        closeMenuOnClick={!overlay}
        onClick={(event) => {
          if (overlay) slot.open();
          void onClick?.(toExtensionEvent(event), reactionsOf(surface));
        }}
      >
        {children}
      </Menu.Item>
      <OverlaySlot slot={slot}>{overlay}</OverlaySlot>
    </>
  );
};

/** Buttons of an app page's header are ordinary buttons here. */
export const HeaderActions = ({ children }: { children?: ReactNode }) => (
  <div className="ext-button-row end">{children}</div>
);
export const PrimaryHeaderActionButton = (props: ButtonProps) => <Button {...props} variant="primary" />;
export const SecondaryHeaderActionButton = (props: ButtonProps) => <Button {...props} variant="secondary" />;
