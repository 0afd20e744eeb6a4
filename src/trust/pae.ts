/**
 * DSSE's pre-authentication encoding (protocol.md): what is signed is the payload with its type, each with its length, so that neither can be moved
 * into the other.
 */
export function encodePae(payloadType: string, payload: Uint8Array): Buffer {
  const type = Buffer.from(payloadType, 'utf8');
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${type.length} `),
    type,
    Buffer.from(` ${payload.length} `),
    payload,
  ]);
}

/** What model_signing before 0.3 signed instead: another tag, and Python's notation for the bytes. Kept to verify what exists, never to sign. */
export function encodeEarlyModelPae(payloadType: string, payload: Uint8Array): Buffer {
  return Buffer.from(
    `DSSEV1 ${payloadType.length} ${payloadType} ${payload.length} ${pythonBytes(payload)}`,
    'latin1',
  );
}

/** Python's repr() of a bytes object. */
function pythonBytes(payload: Uint8Array): string {
  const quote = payload.includes(0x27) && !payload.includes(0x22) ? '"' : "'";
  let text = `b${quote}`;
  for (const byte of payload) {
    if (byte === 0x5c || byte === quote.charCodeAt(0)) text += `\\${String.fromCharCode(byte)}`;
    else if (byte === 0x0a) text += '\\n';
    else if (byte === 0x0d) text += '\\r';
    else if (byte === 0x09) text += '\\t';
    else if (byte < 0x20 || byte > 0x7e) text += `\\x${byte.toString(16).padStart(2, '0')}`;
    else text += String.fromCharCode(byte);
  }
  return text + quote;
}
