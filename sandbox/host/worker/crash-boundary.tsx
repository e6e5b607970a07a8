import { Component, type ReactNode } from 'react';

type Props = { readonly children: ReactNode; readonly onCrash: (error: unknown) => void };

/** Takes an extension that throws while rendering off the screen and tells the page. A class, because React has no other way. */
export class CrashBoundary extends Component<Props, { readonly crashed: boolean }> {
  override state = { crashed: false };

  static getDerivedStateFromError() {
    return { crashed: true };
  }

  override componentDidCatch(error: unknown) {
    this.props.onCrash(error);
  }

  override render() {
    return this.state.crashed ? null : this.props.children;
  }
}
