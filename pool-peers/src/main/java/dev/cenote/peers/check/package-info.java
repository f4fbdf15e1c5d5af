/** The same checks of fairness and robustness, run against this pool and its peers. */
package dev.cenote.peers.check;
