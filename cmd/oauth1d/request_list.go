package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"oauth1d/provider/adminapi"
)

// maxRefusals is how many the admin API lists at once.
const maxRefusals = 1000

func newRequestList(g *globals) *cobra.Command {
	var consumer string
	limit := 50
	c := &cobra.Command{Use: "list", Short: "List the requests that were refused last",
		Long: `List the requests that were refused last, newest first. The daemon remembers some
hundred of them for an hour; "oauth1d request explain ID" says why one was refused.`,
		Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if limit < 1 || limit > maxRefusals {
				return fail(exitUsage, errors.New("--limit takes 1 to 1000"))
			}
			d, err := g.daemon()
			if err != nil {
				return err
			}
			all, err := d.Refusals(cmd.Context(), consumer, limit)
			if err != nil {
				return err
			}
			return g.show(adminapi.Refusals{Refusals: append([]adminapi.Refusal{}, all...)}, func(w io.Writer) {
				fmt.Fprintln(w, "TIME\tID\tPROBLEM\tCONSUMER\tREQUEST")
				for _, r := range all {
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s %s\n", r.Time.Local().Format(time.TimeOnly), r.ID, r.Problem, plain(r.Consumer), plain(r.Method), plain(r.URL))
				}
			})
		}}
	c.Flags().StringVar(&consumer, "consumer", "", "only those that name this consumer `key`")
	c.Flags().IntVar(&limit, "limit", limit, "at most so many")
	return c
}
