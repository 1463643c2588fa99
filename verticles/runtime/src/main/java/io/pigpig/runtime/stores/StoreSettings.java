package io.pigpig.runtime.stores;

import io.pigpig.runtime.settings.Setting;

/**
 * Where Postgres and Redis are.
 *
 * @param data folder of the embedded stores
 * @param postgresUrl of a server of the user's own; empty for the embedded one
 * @param redisUrl of a server of the user's own; empty for the embedded one
 */
public record StoreSettings(
    @Setting(
            about = "Folder of the embedded Postgres and Redis; it survives restarts.",
            byDefault = "data")
        String data,
    @Setting(
            about =
                "postgresql://user:password@host:port/database of your own Postgres 16 or later;"
                    + " empty starts the embedded one.",
            byDefault = "")
        String postgresUrl,
    @Setting(
            about =
                "redis://host:port of your own Redis 6.2 or later (or Valkey), or"
                    + " redis-cluster://host:port,host:port of your own Redis Cluster; empty starts"
                    + " the embedded one.",
            byDefault = "")
        String redisUrl) {}
