package main

import (
	"github.com/spf13/cobra"
)

func newConsumerApprove(g *globals) *cobra.Command {
	return &cobra.Command{Use: "approve KEY", Short: "Let a proposed consumer in; its owner takes the secret", Args: takes("KEY"),
		Long: `Let a consumer in that a user has proposed. The user is then given its secret, once, on
the account page. Look first at what it may do and who is behind it. What is rejected is
removed.`,
		Example: `  oauth1d consumer list --proposed
  oauth1d consumer show dpf43f3p2l4k3l03
  oauth1d consumer approve dpf43f3p2l4k3l03
  oauth1d consumer remove dpf43f3p2l4k3l03`,
		RunE: func(cmd *cobra.Command, args []string) error {
			d, err := g.daemon()
			if err != nil {
				return err
			}
			there, err := d.Consumer(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			c, err := d.ApproveConsumer(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if there.Proposed == nil {
				g.say("It was approved already; nothing was done.")
			} else {
				g.say("Consumer approved.")
			}
			g.warn(c)
			return g.showConsumer(c)
		}}
}
