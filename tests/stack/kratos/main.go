// The identity server that the suites sign people in with: Ory Kratos at the version of go.mod, nothing added.
package main

import (
	"os"

	"github.com/ory/kratos/cmd"
)

func main() {
	os.Exit(cmd.Execute())
}
