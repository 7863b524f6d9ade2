using System.Globalization;

namespace Gorb.Model.Checks;

/// <summary>The firewall marks that are set aside for checks by path. Services cannot have them.</summary>
/// <param name="First">The first mark.</param>
internal readonly record struct MarkRange(uint First)
{
    /// <summary>The number of marks, and so of backends that can be checked by path.</summary>
    public const int Size = 65_536;

    /// <summary>The highest possible first mark.</summary>
    public const uint MaxFirst = uint.MaxValue - Size + 1;

    /// <summary>Starts at a value whose low 16 bits are free, far from the marks that people and other programs choose.</summary>
    public static readonly MarkRange Default = new(0x47420000);

    public uint Last => First + Size - 1;

    public bool Contains(uint mark) => mark >= First && mark <= Last;

    /// <summary>As <c>0x47420000 to 0x4742ffff</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"0x{First:x} to 0x{Last:x}");
}
