namespace Gorb.Model;

/// <summary>The number of health checks of backends, as far as their settings say: a backend without checks counts as one.</summary>
/// <param name="Own">The checks of backends with checks of their own.</param>
/// <param name="Inheriting">The number of backends with the checks of their service.</param>
internal readonly record struct CheckCount(int Own, int Inheriting)
{
    public static CheckCount Of(Backend backend) => backend.Spec.Pulse is { } own ? new CheckCount(Length(own), 0) : new CheckCount(0, 1);

    public static CheckCount operator +(CheckCount one, CheckCount other) => new(one.Own + other.Own, one.Inheriting + other.Inheriting);

    public static CheckCount operator -(CheckCount one, CheckCount other) => new(one.Own - other.Own, one.Inheriting - other.Inheriting);

    /// <summary>The checks of all backends of a service.</summary>
    /// <param name="pulse">The checks of the service.</param>
    public int Total(string? pulse) => Own + (Inheriting * Length(pulse));

    /// <summary>Counts the objects of a list without parsing it, because the writer parses nothing.</summary>
    /// <param name="pulse">One check or a list of checks, as canonical JSON.</param>
    private static int Length(string? pulse)
    {
        if (pulse is not ['[', ..])
        {
            return 1;
        }

        var (count, depth, isText) = (0, 0, false);
        for (var i = 0; i < pulse.Length; i++)
        {
            switch (pulse[i])
            {
                case '\\' when isText:
                    i++; // the escaped character
                    break;
                case '"':
                    isText = !isText;
                    break;
                case '{' when !isText:
                    count += depth++ == 0 ? 1 : 0;
                    break;
                case '}' when !isText:
                    depth--;
                    break;
            }
        }

        return count;
    }
}
