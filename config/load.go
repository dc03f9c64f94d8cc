package config

import (
	"fmt"
	"path/filepath"

	"github.com/go-viper/mapstructure/v2"
	"github.com/spf13/viper"
)

// Load makes a Config from a file, the environment as os.Environ has it, and
// flags by the names of their keys. A flag beats the environment, which beats
// the file, which beats the default. path may be "" when there is no file.
//
// The error is Errors when the configuration has mistakes, and another when the
// file cannot be read.
func Load(path string, environ []string, flags map[string]string) (*Config, error) {
	l := &loader{file: path, dir: filepath.Dir(path), origins: map[string]place{}, bad: map[string]bool{}}
	var settings []setting
	if path != "" {
		var err error
		if settings, err = l.readFile(path); err != nil {
			return nil, err
		}
	}
	settings = append(settings, l.readEnvironment(environ)...)
	settings = append(settings, l.readFlags(flags)...)
	c, err := l.merge(settings)
	if err != nil {
		return nil, err
	}
	l.check(c)
	if len(l.mistakes) > 0 {
		l.mistakes.sort()
		return nil, l.mistakes
	}
	c.origins = l.origins
	return c, nil
}

// A loader collects values and mistakes.
type loader struct {
	file, dir string
	origins   map[string]place // where the value in force of each key was written
	bad       map[string]bool  // keys about which nothing more needs to be said
	mistakes  Errors
}

// say reports a mistake about something that is not a key's value.
func (l *loader) say(at place, name, text string) {
	if oneLine(name) != nil {
		name = quote(name)
	}
	l.mistakes = append(l.mistakes, Mistake{Where: at.where(l.file), Key: name, Text: text, at: at})
}

// reject reports a mistake in what was written for a key.
func (l *loader) reject(k *key, at place, text string) {
	l.bad[k.name] = true
	name := k.name
	if at.source == fromEnvironment {
		name = at.name
	}
	l.say(at, name, text)
}

// merge puts one source over the other. Values are parsed before viper sees
// them, also those that a stronger source hides, so that viper has nothing left
// to guess and every mistake is found where it was made.
func (l *loader) merge(settings []setting) (*Config, error) {
	v := viper.New()
	for i := range keys {
		k := &keys[i]
		v.SetDefault(k.name, k.kind.parse(plainText(k, place{}, k.def), func(place, string) {}))
		l.origins[k.name] = place{}
	}
	for _, s := range settings {
		before := len(l.mistakes)
		value := s.key.kind.parse(s.value, func(at place, text string) { l.reject(s.key, at, text) })
		l.origins[s.key.name] = s.value.at
		if len(l.mistakes) == before {
			v.Set(s.key.name, value)
		}
	}
	var c Config
	err := v.UnmarshalExact(&c, exact)
	if err != nil {
		return nil, fmt.Errorf("filling in the configuration: %w", err)
	}
	return &c, nil
}

// exact lets a table and a Config that differ fail, in either direction, instead
// of leaving a field at zero.
func exact(d *mapstructure.DecoderConfig) {
	d.DecodeHook = nil
	d.WeaklyTypedInput = false
	d.IgnoreUntaggedFields = true
	d.ErrorUnset = true
}
