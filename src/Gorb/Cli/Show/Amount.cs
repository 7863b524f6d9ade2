using System.Globalization;

namespace Gorb.Cli.Show;

/// <summary>Amounts of bytes as people read them: 512B, 1.5K, 20M.</summary>
internal static class Amount
{
    private const double Step = 1024;

    private static readonly string[] Units = ["B", "K", "M", "G", "T"];

    public static string Format(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        for (; value >= Step && unit < Units.Length - 1; unit++)
        {
            value /= Step;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{value:0.#}{Units[unit]}");
    }
}
