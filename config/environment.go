package config

import (
	"fmt"
	"regexp"
	"strings"
)

const variablePrefix = "OAUTH1D_"

// kubernetes matches the variables that Kubernetes puts into every container
// beside a Service named oauth1d. They are not ours, and nobody can remove them
// without a setting that few know.
var kubernetes = regexp.MustCompile(`_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)=|_PORT=(tcp|udp|sctp)://`)

// readEnvironment returns what variables set, and reports ours that set nothing:
// a misspelt one would otherwise be found in production.
func (l *loader) readEnvironment(environ []string) []setting {
	byVariable := map[string]*key{}
	var names []string
	for i := range keys {
		byVariable[keys[i].variable()] = &keys[i]
		names = append(names, keys[i].variable())
	}
	var all []setting
	seen := map[string]bool{}
	for _, entry := range environ {
		name, text, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, variablePrefix) || seen[name] || kubernetes.MatchString(entry) {
			continue
		}
		seen[name] = true
		at := place{source: fromEnvironment, name: name}
		k, known := byVariable[name]
		switch {
		case !known:
			l.say(at, name, unknownVariable(name, names))
		case k.kind.entries:
			l.say(at, name, "can be set in the file only; write it there")
		default:
			all = l.written(all, k, at, text)
		}
	}
	return all
}

func unknownVariable(name string, names []string) string {
	rest := strings.TrimPrefix(name, variablePrefix)
	var without []string // the prefix, which would make everything look near
	for _, n := range names {
		n = strings.TrimPrefix(n, variablePrefix)
		if strings.HasSuffix(n, "_"+rest) || strings.HasSuffix(rest, "_"+n) {
			return fmt.Sprintf("unknown variable; did you mean %s?", variablePrefix+n)
		}
		without = append(without, n)
	}
	if near := nearest(rest, without); near != "" {
		return fmt.Sprintf("unknown variable; did you mean %s?", variablePrefix+near)
	}
	return "unknown variable; unset it, or see oauth1d config print for the keys"
}

// readFlags returns what flags set. They are named as keys are.
func (l *loader) readFlags(flags map[string]string) []setting {
	var all []setting
	for name, text := range flags {
		at := place{source: fromFlag, name: name}
		k, known := byName[name]
		switch {
		case !known:
			l.say(at, name, unknownKey(name, keyNames(), nil))
		case k.kind.entries:
			l.say(at, name, "can be set in the file only; write it there")
		default:
			all = l.written(all, k, at, text)
		}
	}
	return all
}

// written adds a value that was written as plain text. Quotes around it are a
// mistake: a shell takes them off, an env file for a container does not.
func (l *loader) written(all []setting, k *key, at place, text string) []setting {
	v := plainText(k, at, text)
	for _, one := range append(v.items, raw{text: text}) {
		if isQuoted(one.text) {
			l.reject(k, at, fmt.Sprintf("%q starts and ends with a quote; env files keep quotes, so remove them", one.text))
			return all
		}
	}
	return append(all, setting{k, v})
}

// plainText reads a value that did not come from YAML.
func plainText(k *key, at place, text string) raw {
	if !k.kind.list {
		return raw{text: text, at: at}
	}
	v := raw{shape: list, at: at}
	if strings.TrimSpace(text) == "" {
		return v
	}
	for item := range strings.SplitSeq(text, ",") {
		v.items = append(v.items, raw{text: strings.TrimSpace(item), at: at})
	}
	return v
}

func isQuoted(text string) bool {
	return len(text) >= 2 && (text[0] == '"' || text[0] == '\'') && text[len(text)-1] == text[0]
}
