// Attributes that browsers know and React's types do not.
import 'react';

declare module 'react' {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- the merged declaration must have the same parameter
  interface InputHTMLAttributes<T> {
    /** Picks a whole folder. */
    webkitdirectory?: '' | undefined;
  }
}
