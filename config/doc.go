// Package config is everything an operator can say to the daemon, and the
// refusal of whatever was not meant.
//
// Config and the structs in it are the manual: each key's comment says what it
// means, its default and what it excludes. Values come from flags, the
// environment, one YAML file and the defaults, the first of these winning; where
// a value came from is kept, so that a mistake is reported at its place and
// `config show --origin` can tell.
//
// All mistakes are reported at once, with file, line, column and the nearest
// known key, because a daemon that names one mistake a start is started ten
// times. A file that is not YAML is the exception: what follows from it would
// only confuse. Unset and empty are different things: without proxy.trusted
// loopback is trusted, with an empty list nobody is.
//
// keys.go holds the one table of keys from which loading, the names in the
// environment, the sample and `config show` are made. load.go merges the
// sources, file.go and environment.go read them, entries.go takes lists of
// sections, the files named check compare keys with each other and with the
// world. viper merges and decodes and does not leave this package: left to
// itself it lower-cases names, takes 10 for ten nanoseconds, ignores keys that
// it does not know and forgets lines.
package config
