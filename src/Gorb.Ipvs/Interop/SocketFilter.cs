using System.Runtime.InteropServices;
using static Tmds.Linux.LibC;

namespace Gorb.Ipvs.Interop;

/// <summary>A step of a classic BPF program: struct sock_filter of linux/filter.h.</summary>
/// <param name="Code">What is done.</param>
/// <param name="WhenTrue">How many steps are skipped when a comparison holds.</param>
/// <param name="WhenFalse">How many steps are skipped when it does not.</param>
/// <param name="Operand">What it is done with.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct FilterStep(ushort Code, byte WhenTrue, byte WhenFalse, uint Operand);

/// <summary>Decides which packets a socket gets (socket(7), SO_ATTACH_FILTER).</summary>
internal static unsafe class SocketFilter
{
    private const int AttachFilter = 26; // SO_ATTACH_FILTER

    /// <summary>Lets no packet through.</summary>
    public static ReadOnlySpan<FilterStep> Nothing => new FilterStep[] { new(0x06, 0, 0, 0) };

    /// <returns>False when the kernel refuses: see errno.</returns>
    public static bool Attach(int descriptor, ReadOnlySpan<FilterStep> steps)
    {
        fixed (FilterStep* first = steps)
        {
            var program = new Program { Count = (ushort)steps.Length, Steps = first };
            return setsockopt(descriptor, SOL_SOCKET, AttachFilter, &program, sizeof(Program)) == 0;
        }
    }

    /// <summary>struct sock_fprog of linux/filter.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Program
    {
        public ushort Count;
        public FilterStep* Steps;
    }
}
