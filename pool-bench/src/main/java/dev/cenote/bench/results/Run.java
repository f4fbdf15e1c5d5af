package dev.cenote.bench.results;

import dev.cenote.peers.Machine;
import java.util.List;
import java.util.Map;

/**
 * What there is to know of a measurement beside its figures.
 *
 * @param date when it began
 * @param command that repeats it
 * @param machine where
 * @param unit of the figures
 * @param isRate whether more is better
 * @param iterations of each process
 * @param columns what was varied
 * @param rows the names of what was measured, by their ids
 * @param limit the id of what the others are measured by; empty if there is none
 * @param leftOut what was not measured, and why
 */
record Run(
        String date,
        String command,
        Machine machine,
        String unit,
        boolean isRate,
        String iterations,
        List<Case.Column> columns,
        Map<String, String> rows,
        String limit,
        Map<String, String> leftOut) {}
