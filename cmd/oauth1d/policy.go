package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"oauth1d/provider/policy"
)

func newPolicyCommand(g *globals) *cobra.Command {
	c := group("policy", "What tokens may do: scopes and routes of the configuration", newPolicyTest(g), newPolicyList(g))
	c.Long = `What tokens may do beyond being genuine: the scopes and routes of the configuration.
Both commands read the configuration and ask no daemon, so that a change can be
tried before it is in force.

"oauth1d help scopes" is about how to write them.`
	return c
}

func newPolicyList(g *globals) *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List the scopes: methods, paths, and the sentence for people", Args: takes(),
		Example: `  oauth1d policy list -c oauth1d.yaml`,
		RunE: func(*cobra.Command, []string) error {
			p, _, err := g.loadPolicy()
			if err != nil {
				return err
			}
			if !p.Scoped() {
				g.say("No scopes are defined: tokens are not limited by any.")
			}
			return g.showScopes(p.Scopes())
		}}
}

// A scopeRecord is a scope in JSON.
type scopeRecord struct {
	Name    string            `json:"name"`
	Title   string            `json:"title"`
	Titles  map[string]string `json:"titles"`
	Detail  string            `json:"detail"`
	Risky   bool              `json:"risky"`
	Default bool              `json:"default"`
	Allow   []string          `json:"allow"`
}

func (g *globals) showScopes(scopes []policy.Scope) error {
	records := []scopeRecord{}
	for _, s := range scopes {
		r := scopeRecord{s.Name, s.Title, s.Titles, s.Detail, s.Risky, s.Default, s.Allow}
		if r.Titles == nil {
			r.Titles = map[string]string{}
		}
		records = append(records, r)
	}
	return g.show(map[string]any{"scopes": records}, func(w io.Writer) {
		fmt.Fprintln(w, "SCOPE\tMETHODS\tPATHS\tDEFAULT\tRISKY\tSENTENCE")
		for _, s := range scopes {
			for i, rule := range s.Allow {
				methods, paths, _ := strings.Cut(rule, " ")
				if i > 0 {
					fmt.Fprintf(w, "\t%s\t%s\t\t\t\n", plain(methods), plain(paths))
					continue
				}
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", plain(s.Name), plain(methods), plain(paths), yesNo(s.Default), yesNo(s.Risky), plain(s.Title))
			}
		}
	})
}
