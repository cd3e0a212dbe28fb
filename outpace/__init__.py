"""What programs beside the dialer import: `outpace.client`."""
