package io.mediatool.cli.http.access;

import java.util.Set;

/**
 * What a token allows.
 *
 * @param rooms by name, {@code *} for all
 */
public record Grant(Set<Verb> verbs, Set<String> rooms) {
    public static final Grant EVERYTHING = new Grant(Set.of(Verb.ADMIN), Set.of("*"));

    public Grant {
        verbs = Set.copyOf(verbs);
        rooms = Set.copyOf(rooms);
    }

    public boolean allows(Verb verb) {
        return verbs.contains(Verb.ADMIN) || verbs.contains(verb);
    }

    public boolean enters(String room) {
        return rooms.contains("*") || rooms.contains(room);
    }
}
