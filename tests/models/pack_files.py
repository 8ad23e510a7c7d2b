"""CMSIS packs as the vendor's, with this project's flash algorithm in them."""

import shutil
import subprocess
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from host.project import ROOT

ALGORITHM = ROOT / "host" / "flash" / "algorithm" / "msc_algorithm.cc"
VENDOR, PACK = "SiliconLabs", "GeckoPlatform_EFR32MG24_DFP"
PART = "EFR32MG24B310F1536IM48"

# Layout of an FLM, by CMSIS: code and data from address 0, and a section that describes the flash.
LINKER_SCRIPT = """
SECTIONS {
  PrgCode 0 : { *(.text .text.* .rodata .rodata.*) }
  PrgData : { *(.data .data.* .bss .bss.*) }
  DevDscr : { KEEP(*(DevDscr)) }
  /DISCARD/ : { *(.comment .ARM.* .note.*) }
}
"""
DEVICE = """
struct Sectors { unsigned long size, address; };
struct Device {
  unsigned short version; char name[128]; unsigned short type; unsigned long address, size, page, reserved;
  unsigned char empty; unsigned long program_ms, erase_ms; Sectors sectors[2];
};
extern "C" {
extern const Device FlashDevice;
__attribute__((section("DevDscr"), used)) const Device FlashDevice = {
    0x101, "EFR32xG24", 1, 0x08000000, 0x180000, PAGE_BYTES, 0, 0xFF, 1000, 1000,
    {{SECTOR_BYTES, 0}, {0xFFFFFFFF, 0xFFFFFFFF}}};
}
"""


@dataclass
class PackMaker:
    """Makes packs as the vendor's: with its names, and numbers that a test may change."""

    folder: Path
    flms: dict[tuple[int, int], bytes] = field(default_factory=dict)

    def flm(self, page_bytes: int, sector_bytes: int) -> bytes:
        """Compile this project's algorithm into an FLM."""
        if (page_bytes, sector_bytes) not in self.flms:
            source, script, out = (self.folder / name for name in ("device.cc", "flm.ld", "out.FLM"))
            source.write_text(DEVICE)
            script.write_text(LINKER_SCRIPT)
            compiler = shutil.which("arm-none-eabi-g++")
            assert compiler, "arm-none-eabi-g++ is missing: run tools/setup"
            flags = "-mcpu=cortex-m33 -mthumb -Os -ffreestanding -nostdlib -std=c++17"
            options = f"-DPAGE_BYTES={page_bytes} -DSECTOR_BYTES={sector_bytes} -Wl,-T,{script},-e,Init"
            command = [
                compiler,
                *flags.split(),
                *options.split(),
                str(ALGORITHM),
                str(source),
                "-o",
                str(out),
            ]
            subprocess.run(command, check=True, timeout=60)
            self.flms[page_bytes, sector_bytes] = out.read_bytes()
        return self.flms[page_bytes, sector_bytes]

    def description(
        self,
        release: str = "2025.12.1",
        part: str = PART,
        flash_bytes: int = 0x180000,
        ram_bytes: int = 0x40000,
        url: str = "http://127.0.0.1:9/",
    ) -> str:
        """Return the text of a PDSC."""
        return f"""<?xml version="1.0" encoding="UTF-8"?>
<package schemaVersion="1.7.2">
  <vendor>{VENDOR}</vendor><name>{PACK}</name><description>parts</description><url>{url}</url>
  <releases><release version="{release}">new</release><release version="0.1.0">old</release></releases>
  <devices><family Dfamily="EFR32MG24 Series" Dvendor="Silicon Labs:21">
    <processor Dcore="Cortex-M33" Dclock="78000000" Dfpu="1" Dmpu="1" Dendian="Little-endian"/>
    <subFamily DsubFamily="EFR32MG24B">
      <device Dname="EFR32MG24A010F1024IM48">
        <memory id="IROM1" start="0x08000000" size="0x100000" startup="1" default="1"/>
        <memory id="IRAM1" start="0x20000000" size="0x20000" default="1"/>
      </device>
      <device Dname="{part}">
        <memory id="IROM1" start="0x08000000" size="{flash_bytes:#x}" startup="1" default="1"/>
        <memory id="IRAM1" start="0x20000000" size="{ram_bytes:#x}" default="1"/>
        <algorithm name="Flash/GECKOS2C3.FLM" start="0x08000000" size="0x180000" default="1"
                   RAMstart="0x20000000" RAMsize="0x20000"/>
      </device>
    </subFamily>
  </family></devices>
</package>
"""

    def write(
        self,
        description: str,
        page_bytes: int = 0x3000,
        sector_bytes: int = 0x2000,
        flm: bytes | None = None,
        name: str = "made.pack",
    ) -> Path:
        """Write a pack; `flm` replaces the compiled algorithm, b"" leaves it out."""
        path = self.folder / name
        contents = self.flm(page_bytes, sector_bytes) if flm is None else flm
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
            pack.writestr(f"{VENDOR}.{PACK}.pdsc", description)
            if contents:
                pack.writestr("Flash/GECKOS2C3.FLM", contents)
        return path
