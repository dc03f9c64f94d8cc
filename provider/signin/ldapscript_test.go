package signin

import (
	"net"
	"sync"
	"testing"

	ber "github.com/go-asn1-ber/asn1-ber"
	"github.com/go-ldap/ldap/v3"
)

// brokenServer answers each connection with what serve does, and at the end of
// the test waits until all of them were given up.
func brokenServer(t *testing.T, serve func(net.Conn)) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() {
				defer c.Close()
				serve(c)
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		serving.Wait()
	})
	return l.Addr().String()
}

// script is a server that finds Ada and takes every password, but answers the
// questions with these numbers as it is told.
func script(answers map[int][]*ber.Packet) func(net.Conn) {
	return func(c net.Conn) {
		for n := 1; ; n++ {
			question, err := ber.ReadPacket(c)
			if err != nil || len(question.Children) < 2 {
				return
			}
			answer, told := answers[n]
			if !told {
				answer = usual(question.Children[1].Tag)
			}
			id, _ := question.Children[0].Value.(int64)
			for _, op := range answer {
				if _, err := c.Write([]byte(message(id, op))); err != nil {
					return
				}
			}
		}
	}
}

func usual(question ber.Tag) []*ber.Packet {
	switch question {
	case ldap.ApplicationBindRequest:
		return []*ber.Packet{result(ldap.ApplicationBindResponse, 0, "")}
	case ldap.ApplicationSearchRequest:
		return []*ber.Packet{entry("uid=ada", "ada"), result(ldap.ApplicationSearchResultDone, 0, "")}
	}
	return nil
}

func message(id int64, op *ber.Packet) string {
	m := ber.NewSequence("")
	m.AppendChild(ber.NewInteger(ber.ClassUniversal, ber.TypePrimitive, ber.TagInteger, id, ""))
	m.AppendChild(op)
	return string(m.Bytes())
}

func result(kind ber.Tag, code int, text string) *ber.Packet {
	p := ber.Encode(ber.ClassApplication, ber.TypeConstructed, kind, nil, "")
	p.AppendChild(ber.NewInteger(ber.ClassUniversal, ber.TypePrimitive, ber.TagEnumerated, code, ""))
	p.AppendChild(octets(""))
	p.AppendChild(octets(text))
	return p
}

// entry is one that was found, for a user or a group.
func entry(dn, name string) *ber.Packet { return entryWith(dn, "uid", name, "cn", name) }

func entryWith(dn string, attributes ...string) *ber.Packet {
	p := ber.Encode(ber.ClassApplication, ber.TypeConstructed, ldap.ApplicationSearchResultEntry, nil, "")
	p.AppendChild(octets(dn))
	list := ber.NewSequence("")
	for ; len(attributes) > 0; attributes = attributes[2:] {
		one := ber.NewSequence("")
		one.AppendChild(octets(attributes[0]))
		values := ber.Encode(ber.ClassUniversal, ber.TypeConstructed, ber.TagSet, nil, "")
		values.AppendChild(octets(attributes[1]))
		one.AppendChild(values)
		list.AppendChild(one)
	}
	p.AppendChild(list)
	return p
}

func many(n int, of *ber.Packet) []*ber.Packet {
	all := make([]*ber.Packet, n)
	for i := range all {
		all[i] = of
	}
	return all
}

func octets(text string) *ber.Packet {
	return ber.NewString(ber.ClassUniversal, ber.TypePrimitive, ber.TagOctetString, text, "")
}
