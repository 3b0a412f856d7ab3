// The OAuth2 server that the suites get access tokens from: Ory Hydra at the version of go.mod, nothing added.
package main

import "github.com/ory/hydra/v2/cmd"

func main() {
	cmd.Execute()
}
