package io.mediatool.cli.terminal;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads names of files. In a locale without UTF-8 Java has no way to say most letters in them; the launcher sees to it. */
public final class PathConverter implements ITypeConverter<Path> {
    @Override
    public Path convert(String value) {
        try {
            return Path.of(value);
        } catch (InvalidPathException e) {
            throw new TypeConversionException(
                    "'" + value + "' is no file name here; LC_ALL=C.UTF-8 allows all letters in names");
        }
    }
}
