package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"oauth1d/provider/adminapi"
)

func newConsumerList(g *globals) *cobra.Command {
	var f adminapi.ConsumerFilter
	var proposed bool
	c := &cobra.Command{Use: "list", Short: "List the registry", Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			f.Proposed = valueIf(cmd.Flags(), "proposed", proposed)
			d, err := g.daemon()
			if err != nil {
				return err
			}
			all, err := d.Consumers(cmd.Context(), f)
			if err != nil {
				return err
			}
			return g.show(adminapi.Consumers{Consumers: all}, func(w io.Writer) {
				if proposed {
					listProposals(w, all)
				} else {
					listConsumers(w, all)
				}
			})
		}}
	c.Flags().StringVar(&f.Search, "search", "", "only those with this `text` in key, name or publisher, in any case")
	c.Flags().BoolVar(&proposed, "proposed", false, "only those that wait for approval; =false: only the others")
	return c
}

// The columns that can be long are cut so that a line has no more than 100
// characters with a key of ours. A key is never cut, because it is copied.

func listConsumers(w io.Writer, all []adminapi.Consumer) {
	fmt.Fprintln(w, "KEY\tNAME\tSTATE\tMETHODS\tCREATED")
	for _, c := range all {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", plain(c.Key), cut(plain(c.Name), 22), consumerState(c), shortMethods(c.Methods), dayOf(c.Created))
	}
}

func listProposals(w io.Writer, all []adminapi.Consumer) {
	fmt.Fprintln(w, "KEY\tNAME\tPUBLISHER\tOWNER\tPROPOSED")
	for _, c := range all {
		at := "-"
		if c.Proposed != nil {
			at = dayOf(*c.Proposed)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", plain(c.Key), cut(plain(c.Name), 18), cut(plain(c.Publisher), 16), cut(plain(c.Owner), 16), at)
	}
}

// shortMethods names a family of methods once: HMAC-SHA1,256,512.
func shortMethods(methods []string) string {
	var b strings.Builder
	last := ""
	for _, m := range methods {
		family, size, _ := strings.Cut(m, "-SHA")
		switch {
		case size != "" && family == last:
			b.WriteString("," + plain(size))
			continue
		case b.Len() > 0:
			b.WriteByte(' ')
		}
		b.WriteString(plain(m))
		last = family
	}
	return plain(b.String())
}

func consumerState(c adminapi.Consumer) string {
	if c.Proposed != nil {
		return "proposed"
	}
	return stateOf(c.Enabled)
}

// showConsumer shows one consumer, and its secret when it was just made.
func (g *globals) showConsumer(c adminapi.Consumer) error {
	return g.show(c, func(w io.Writer) {
		row := func(name, value string) { fmt.Fprintf(w, "%s\t%s\n", name, value) }
		row("name", plain(c.Name))
		row("consumer key", plain(c.Key))
		showKeys(c, row)
		row("state", consumerState(c))
		if c.Owner != "" {
			row("proposed by", proposedBy(c))
		}
		row("methods", plainList(c.Methods))
		for _, callback := range c.Callbacks {
			row("callback", plain(callback))
		}
		row("profile", plain(c.Profile))
		showTerms(c, row)
		row("publisher", plain(c.Publisher))
		row("verified", yesNo(c.Verified))
		row("contact", plain(c.Contact))
		row("description", plain(c.Description))
		row("created", date(c.Created))
	})
}

func proposedBy(c adminapi.Consumer) string {
	if c.Proposed == nil {
		return plain(c.Owner) + "; approved"
	}
	return plain(c.Owner) + ", " + date(*c.Proposed)
}

// warn tells what the daemon has to say about a change that it has made.
func (g *globals) warn(c adminapi.Consumer) {
	for _, w := range c.Warnings {
		g.say("Warning: %s", plain(w))
	}
}
