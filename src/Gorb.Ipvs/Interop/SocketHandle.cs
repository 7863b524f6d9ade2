using Microsoft.Win32.SafeHandles;
using static Tmds.Linux.LibC;

namespace Gorb.Ipvs.Interop;

/// <summary>Owns a socket's file descriptor.</summary>
internal sealed class SocketHandle : SafeHandleMinusOneIsInvalid
{
    public SocketHandle(int descriptor)
        : base(ownsHandle: true) => SetHandle(descriptor);

    /// <summary>The descriptor; valid until this object is disposed or collected.</summary>
    public int Descriptor => (int)handle;

    protected override bool ReleaseHandle() => close((int)handle) == 0;
}
