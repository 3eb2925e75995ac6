/** A moment as clocks here show it, for what is compared with other clocks. See `Ago` for what is only old or new. */
export const At = ({ time }: { readonly time: string }) => (
  <time dateTime={time} title={time}>
    {new Date(time).toLocaleString()}
  </time>
);
