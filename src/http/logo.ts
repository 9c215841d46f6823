// Our logo, as an address that needs no request: the curl of a curlew's bill.

/** In the accent of our pages; readable on light and on dark ground. */
export const logo =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E" +
  "%3Cpath d='M2 5c6-4 10 0 9 4-.5 2-3 3-5 2' fill='none' stroke='%2316a39b' stroke-width='2.4' " +
  "stroke-linecap='round'/%3E%3C/svg%3E"
