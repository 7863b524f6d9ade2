namespace Gorb.Model.Checks;

/// <summary>The way that the packets of a check take.</summary>
internal enum CheckVia
{
    /// <summary>To the backend's own address.</summary>
    Direct,

    /// <summary>To the virtual address, through IPVS, which forwards them to the backend as it forwards those of clients.</summary>
    Path,
}
