// How a device is named on its socket, `?device_id=`.

/** Free of schemas: the SDK reads it too, and takes it into a page. */
export const deviceIdPattern = /^[A-Za-z0-9_.:-]{1,64}$/
