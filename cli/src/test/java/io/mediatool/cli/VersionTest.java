package io.mediatool.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class VersionTest {
    @Test
    void isTheProjects() {
        assertEquals("mediatool " + System.getProperty("mediatool.version", "0.1.0"), new Version().getVersion()[0]);
    }
}
