package config

import "reflect"

// Fixed names the keys that differ from old and take effect after a restart
// only: listeners, the store and other things that are opened once. Certificates
// are read again on a reload, but whether there is TLS at all is fixed.
func (c *Config) Fixed(old *Config) []string {
	var names []string
	for _, k := range keys {
		if k.fixed && !reflect.DeepEqual(c.value(k.name), old.value(k.name)) {
			names = append(names, k.name)
		}
	}
	if (c.TLS.CertFile == "") != (old.TLS.CertFile == "") {
		names = append(names, "tls.cert_file")
	}
	return names
}
