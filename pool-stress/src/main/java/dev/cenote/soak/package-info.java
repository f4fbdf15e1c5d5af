/** The soak: everything a pool can do, at random, under faults, for as long as one likes, with its promises checked. */
package dev.cenote.soak;
