package config

import (
	"reflect"
	"strings"
)

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

// WithFixed returns c with the keys of Fixed as they are in old. It is what a
// daemon that was started with old can do of c without a restart.
func (c *Config) WithFixed(old *Config) *Config {
	kept := *c
	for _, name := range c.Fixed(old) {
		if name == "tls.cert_file" {
			kept.TLS = old.TLS
			continue
		}
		kept.field(name).Set(old.field(name))
	}
	return &kept
}

// value returns what a key is set to.
func (c *Config) value(name string) any { return c.field(name).Interface() }

// field returns the field of a key.
func (c *Config) field(name string) reflect.Value {
	v := reflect.ValueOf(c).Elem()
	for part := range strings.SplitSeq(name, ".") {
		for i := range v.NumField() {
			if v.Type().Field(i).Tag.Get("mapstructure") == part {
				v = v.Field(i)
				break
			}
		}
	}
	return v
}
