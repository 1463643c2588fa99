package io.pigpig.perf.report;

import io.pigpig.perf.report.RunRecord.Sense;
import io.pigpig.perf.report.plot.Unit;

/**
 * What is compared.
 *
 * @param key short and stable, for {@code --gate}
 * @param sense AT_LEAST when more is better
 */
public record FigureKind(String key, String name, Unit unit, Sense sense) {}
